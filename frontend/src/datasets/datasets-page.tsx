import { useQuery } from '@tanstack/react-query';
import { listDatasets } from '../api/calls';
import { Empty, ErrorNotice, Loading } from '../ui/notice';
import { useTitle } from '../ui/title';
import { DatasetCard } from './dataset-card';
import { UploadForm } from './upload-form';

export default function DatasetsPage() {
  useTitle('Datasets');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['datasets'],
    queryFn: ({ signal }) => listDatasets(signal),
  });
  return (
    <main className="page" id="main">
      <header className="page-head">
        <h1>Datasets</h1>
      </header>
      <div className="datasets">
        <div className="dataset-list">
          {error && <ErrorNotice error={error} retry={() => void refetch()} />}
          {isPending && <Loading />}
          {data?.length === 0 && (
            <Empty>
              <p>There is no dataset yet.</p>
            </Empty>
          )}
          {data?.map((dataset) => (
            <DatasetCard key={dataset.name} dataset={dataset} />
          ))}
        </div>
        <UploadForm />
      </div>
    </main>
  );
}
