import { stringify } from 'yaml';
import { useMemo } from 'react';

/** A spec as YAML. */
export default function SpecText({ spec }: { spec: unknown }) {
  const text = useMemo(() => stringify(spec, { flowCollectionPadding: false }), [spec]);
  return (
    <pre className="text-block" tabIndex={0} aria-label="Spec as YAML">
      {text}
    </pre>
  );
}
