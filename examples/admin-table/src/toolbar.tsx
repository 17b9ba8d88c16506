import type { FormEvent } from 'react';
import type { Sort } from './gateway.ts';

interface ToolbarProps {
  readonly sort: Sort;
  readonly selectedCount: number;
  readonly changeCount: number;
  readonly isSaving: boolean;
  readonly onSearch: (name: string) => void;
  readonly onSort: (sort: Sort) => void;
  readonly onCompany: (company: string) => void;
  readonly onSave: () => void;
}

const SORTS: readonly (readonly [Sort, string])[] = [
  [null, 'Id'],
  ['LAST_NAME_ASC', 'Last name, A to Z'],
  ['LAST_NAME_DESC', 'Last name, Z to A'],
  ['CREATED_AT_DESC', 'Newest first'],
  ['UPDATED_AT_DESC', 'Changed last first'],
];

export function Toolbar(props: ToolbarProps) {
  const { sort, selectedCount, changeCount, isSaving, onSearch, onSort, onCompany, onSave } = props;
  const textOf = (event: FormEvent<HTMLFormElement>, name: string) => {
    event.preventDefault();
    return String(new FormData(event.currentTarget).get(name)).trim();
  };
  return (
    <div className="toolbar">
      <search>
        <form onSubmit={(event) => onSearch(textOf(event, 'name'))}>
          <label>
            Name contains
            <input name="name" type="search" />
          </label>
          <button type="submit">Search</button>
        </form>
      </search>
      <label>
        Order
        <select
          value={sort ?? ''}
          onChange={({ target }) => onSort(SORTS.find(([value]) => value === target.value)?.[0] ?? null)}
        >
          {SORTS.map(([value, label]) => (
            <option key={label} value={value ?? ''}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <form onSubmit={(event) => onCompany(textOf(event, 'company'))}>
        <label>
          Company of the selected
          <input name="company" />
        </label>
        <button type="submit" disabled={selectedCount === 0}>
          Set for {selectedCount}
        </button>
      </form>
      <button type="button" className="main" disabled={changeCount === 0 || isSaving} onClick={onSave}>
        {isSaving ? 'Saving…' : `Save ${changeCount} ${changeCount === 1 ? 'change' : 'changes'}`}
      </button>
    </div>
  );
}
