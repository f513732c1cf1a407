import { useQuery } from '@tanstack/react-query';
import { getCatalogue, type CatalogueKind } from '../api/catalogue';

/** What a spec can name of a kind. It stays the same as long as the server does. */
export function useCatalogue(kind: CatalogueKind) {
  return useQuery({
    queryKey: ['catalogue', kind],
    queryFn: ({ signal }) => getCatalogue(kind, signal),
    staleTime: Infinity,
  });
}
