import type { Draft } from './customers.tsx';
import type { Customer, Result } from './gateway.ts';

interface RowProps {
  readonly customer: Customer;
  readonly draft: Draft | undefined;
  readonly result: Result | undefined;
  readonly isSelected: boolean;
  readonly onSelect: (isSelected: boolean) => void;
  readonly onEdit: (draft: Draft) => void;
}

export function Row({ customer, draft, result, isSelected, onSelect, onEdit }: RowProps) {
  const name = `${customer.firstName} ${customer.lastName}`;
  return (
    <tr className={draft === undefined ? undefined : 'changed'}>
      <td>
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={`Select ${name}, ${customer.entityId}`}
          onChange={({ target }) => onSelect(target.checked)}
        />
      </td>
      <td>{customer.entityId}</td>
      <td>{name}</td>
      <td>
        <input
          type="email"
          value={draft?.email ?? customer.email ?? ''}
          aria-label={`E-mail address of ${name}, ${customer.entityId}`}
          onChange={({ target }) => onEdit({ email: target.value })}
        />
      </td>
      <td>
        <input
          value={draft?.company ?? customer.company ?? ''}
          aria-label={`Company of ${name}, ${customer.entityId}`}
          onChange={({ target }) => onEdit({ company: target.value })}
        />
      </td>
      <td>{customer.createdAt?.slice(0, 10)}</td>
      <td>{result && <Outcome result={result} />}</td>
    </tr>
  );
}

const OUTCOMES: Readonly<Record<Result['outcome'], string>> = {
  CREATED: 'Created',
  DELETED: 'Deleted',
  FAILED: 'Not saved',
  NOT_ATTEMPTED: 'Not sent',
  UNCHANGED: 'As before',
  UNKNOWN: 'Not known: reload before you try again',
  UPDATED: 'Saved',
};

function Outcome({ result: { outcome, errors } }: { readonly result: Result }) {
  const isGood = outcome === 'UPDATED' || outcome === 'UNCHANGED';
  return (
    <span className={isGood ? 'good' : 'problem'}>
      {OUTCOMES[outcome]}
      {errors.map(({ message }) => ` – ${message}`)}
    </span>
  );
}
