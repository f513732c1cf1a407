import type { Finding } from './findings';

interface Props {
  findings: readonly Finding[];
  onShow: (finding: Finding) => void;
}

/** Errors and warnings, each with a button to its line. */
export function FindingList({ findings, onShow }: Props) {
  if (findings.length === 0) return null;
  const errors = findings.filter(({ level }) => level === 'error').length;
  const warnings = findings.length - errors;
  const counts = [count(errors, 'error'), count(warnings, 'warning')].filter((part) => part !== '');
  return (
    <div className="findings" role="alert" data-testid="findings">
      <p className="findings-count">{counts.join(', ')}</p>
      <ul className="problems">
        {findings.map((finding, index) => (
          <li key={index} data-level={finding.level}>
            {finding.place && (
              <button
                type="button"
                className="line-link"
                onClick={() => {
                  onShow(finding);
                }}
              >
                line {finding.place.line}
              </button>
            )}
            {finding.pointer !== '' && <code>{finding.pointer.replace(/^#\//, '')}</code>} {finding.detail}
          </li>
        ))}
      </ul>
    </div>
  );
}

function count(n: number, noun: string): string {
  if (n === 0) return '';
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}
