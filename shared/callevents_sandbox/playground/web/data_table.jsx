// Slack's data_table: a table with a caption, that people sort by its columns and leaf through.
import { useContext, useState } from "react";
import { Drawn, Surroundings } from "./blocks.jsx";

const PAGE_SIZE = 5; // rows, where the block names none

export function DataTable({ block }) {
  const { words } = useContext(Surroundings);
  const [order, setOrder] = useState({ column: null, down: false });
  const [page, setPage] = useState(0);
  const [head, ...rows] = block.rows, size = block.page_size || PAGE_SIZE;
  const sorted = order.column === null ? rows : [...rows].sort((one, other) => compare(one[order.column], other[order.column]) * (order.down ? -1 : 1));
  const pages = Math.ceil(rows.length / size), shown = sorted.slice(page * size, (page + 1) * size);
  const names = block.row_header_column_index || 0;
  const sort = (column) => { setOrder({ column, down: order.column === column && !order.down }); setPage(0); };
  return (
    <div className="data-table">
      <div className="data-table-rows" tabIndex={0} role="region" aria-label={block.caption}>
        <table>
          <caption>{block.caption}</caption>
          <thead>
            <tr>
              {head.map((cell, i) => (
                <th key={i} scope="col" aria-sort={order.column !== i ? "none" : order.down ? "descending" : "ascending"}>
                  <button type="button" className="plain-button" onClick={() => sort(i)}>{textOf(cell)}<span aria-hidden="true">{order.column !== i ? "" : order.down ? " ↓" : " ↑"}</span></button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, i) => (
              <tr key={i}>
                {row.map((cell, j) => (j === names ? <th key={j} scope="row"><Cell cell={cell} /></th> : <td key={j} className={cell.type === "raw_number" ? "number" : undefined}><Cell cell={cell} /></td>))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <p className="data-table-pages">
          <button type="button" className="plain-button link" disabled={page === 0} onClick={() => setPage(page - 1)}>{words.page_before}</button>
          <span>{words.page_of(page + 1, pages)}</span>
          <button type="button" className="plain-button link" disabled={page === pages - 1} onClick={() => setPage(page + 1)}>{words.page_after}</button>
        </p>
      )}
    </div>
  );
}

// Raw cells are text to the letter: no mention and no bold is looked for in them.
function Cell({ cell }) {
  return cell.type === "rich_text" ? <Drawn blocks={[cell]} /> : textOf(cell);
}

const textOf = (cell) => (cell.type === "raw_number" ? cell.text ?? String(cell.value) : cell.text ?? plainOf(cell));
const plainOf = ({ elements = [], text = "" }) => text + elements.map(plainOf).join("");

function compare(one, other) {
  if (one.type === "raw_number" && other.type === "raw_number") return one.value - other.value;
  return textOf(one).localeCompare(textOf(other), undefined, { numeric: true });
}
