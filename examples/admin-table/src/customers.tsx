import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Change, type Customer, loadPage, type Result, type Sort, save, type View } from './gateway.ts';
import { Row } from './row.tsx';
import { Toolbar } from './toolbar.tsx';

export type Draft = Partial<Pick<Change, 'email' | 'company'>>;
type ByCustomer<T> = Readonly<Record<number, T | undefined>>;

export function Customers() {
  const [view, setView] = useState<View>({ name: '', sort: null, place: null });
  const [drafts, setDrafts] = useState<ByCustomer<Draft>>({});
  const [results, setResults] = useState<ByCustomer<Result>>({});
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const queryClient = useQueryClient();
  const page = useQuery({
    queryKey: ['customers', view],
    queryFn: ({ signal }) => loadPage(view, signal),
    placeholderData: keepPreviousData,
  });
  const saving = useMutation({
    mutationFn: save,
    async onSuccess(saved, changes) {
      const done = saved.map((result, index) => [changes[index]?.entityId ?? 0, result] as const);
      setResults(Object.fromEntries(done));
      // What was not written stays as the user typed it.
      const kept = done.filter(([, { outcome }]) => outcome !== 'UPDATED' && outcome !== 'UNCHANGED');
      setDrafts(Object.fromEntries(kept.map(([entityId]) => [entityId, drafts[entityId]])));
      await queryClient.invalidateQueries({ queryKey: ['customers'] });
    },
  });
  const changes = Object.entries(drafts).flatMap(([entityId, draft]) =>
    draft === undefined ? [] : [{ entityId: Number(entityId), ...draft }],
  );

  /** Another list or page: what belonged to the rows before is dropped. */
  function show(next: View) {
    setView(next);
    setSelected(new Set());
    setResults({});
  }

  function edit({ entityId }: Pick<Customer, 'entityId'>, draft: Draft) {
    setDrafts((all) => ({ ...all, [entityId]: { ...all[entityId], ...draft } }));
  }

  function select(entityId: number, isSelected: boolean) {
    const next = new Set(selected);
    if (isSelected) next.add(entityId);
    else next.delete(entityId);
    setSelected(next);
  }

  const { nodes = [], pageInfo, totalCount = 0 } = page.data ?? {};
  return (
    <>
      <Toolbar
        sort={view.sort}
        selectedCount={selected.size}
        changeCount={changes.length}
        isSaving={saving.isPending}
        onSearch={(name) => show({ ...view, name, place: null })}
        onSort={(sort: Sort) => show({ ...view, sort, place: null })}
        onCompany={(company) => {
          for (const entityId of selected) edit({ entityId }, { company });
        }}
        onSave={() => saving.mutate(changes)}
      />
      {(page.error ?? saving.error) && (
        <p role="alert" className="problem">
          {(page.error ?? saving.error)?.message}
        </p>
      )}
      <section className="scroll" aria-label="Table of customers">
        <table aria-busy={page.isFetching}>
          <thead>
            <tr>
              <th scope="col">Select</th>
              <th scope="col">Id</th>
              <th scope="col">Name</th>
              <th scope="col">E-mail address</th>
              <th scope="col">Company</th>
              <th scope="col">Created</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((customer) => (
              <Row
                key={customer.id}
                customer={customer}
                draft={drafts[customer.entityId]}
                result={results[customer.entityId]}
                isSelected={selected.has(customer.entityId)}
                onSelect={(isSelected) => select(customer.entityId, isSelected)}
                onEdit={(draft) => edit(customer, draft)}
              />
            ))}
          </tbody>
        </table>
      </section>
      <nav aria-label="Pages">
        <button
          type="button"
          disabled={!pageInfo?.hasPreviousPage || page.isPlaceholderData}
          onClick={() => pageInfo?.startCursor && show({ ...view, place: { before: pageInfo.startCursor } })}
        >
          Previous page
        </button>
        <span role="status">{page.isPending ? 'Loading…' : `${totalCount} customers`}</span>
        <button
          type="button"
          disabled={!pageInfo?.hasNextPage || page.isPlaceholderData}
          onClick={() => pageInfo?.endCursor && show({ ...view, place: { after: pageInfo.endCursor } })}
        >
          Next page
        </button>
      </nav>
    </>
  );
}
