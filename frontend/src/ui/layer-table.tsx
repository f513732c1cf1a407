import type { Check } from '../api/check';
import { formatCount } from '../format/number';

export function LayerTable({ layers }: { layers: Check['layers'] }) {
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label="Layers">
      <table>
        <thead>
          <tr>
            <th>Layer</th>
            <th>Output</th>
            <th className="num">Parameters</th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer, index) => (
            <tr key={index}>
              <td className="mono">{layer.name}</td>
              <td className="mono">{layer.output_shape.join(' × ')}</td>
              <td className="num">{formatCount(layer.parameters)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
