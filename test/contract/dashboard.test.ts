import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { GovernorState } from '../../src/governor/governor.ts';
import { createMetrics } from '../../src/server/observability/metrics/index.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

const dashboard: Dashboard = JSON.parse(readFileSync('docs/grafana/dashboard.json', 'utf8'));
const alerts = readFileSync('docs/grafana/alerts.yml', 'utf8');
const guide = readFileSync('docs/observing.md', 'utf8');
const { panels } = dashboard;
const shown = namesIn(JSON.stringify(dashboard));

/** Process metrics without a panel. Some exist only on some operating systems. */
const WITHOUT_PANEL: readonly string[] = [
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_start_time_seconds',
  'process_virtual_memory_bytes',
  'process_heap_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_heap_size_total_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
  'nodejs_version_info',
];

const idle = (): GovernorState => ({
  quota: null,
  window: 'unknown',
  windowMs: 30_000,
  breaker: 'closed',
  openCircuits: [],
  inFlight: 0,
  queued: { interactive: 0, standard: 0, bulk: 0 },
  replicas: 1,
});

/** The names of all metrics, without histogram suffixes. */
const known = [...(await createMetrics({ governor: idle }).text()).matchAll(/^# TYPE (\w+)/gm)].map(
  ([, name = '']) => name,
);

function namesIn(text: string): readonly string[] {
  const names = [...text.matchAll(/\b(gateway|nodejs|process)_\w+/g)].map(([name]) => name);
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
}

test('every metric that the dashboard queries exists', () => {
  expect(shown.length).toBeGreaterThan(10);
  expect(known).toEqual(expect.arrayContaining([...shown]));
});

test('every metric that an alert queries exists', () => {
  expect(namesIn(alerts).length).toBeGreaterThan(4);
  expect(known).toEqual(expect.arrayContaining([...namesIn(alerts)]));
});

describe('every alert', () => {
  const rules = alerts.split('- alert: ').slice(1);
  const runbook = readFileSync('docs/operations.md', 'utf8');
  const paragraphs = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase());

  test.each(rules.map((rule) => [/^\w+/.exec(rule)?.[0] ?? '', rule]))(
    '%s has a metric and a paragraph of the runbook',
    (_, rule) => {
      const [, expr = ''] = /expr: ([\s\S]*?)\n +(?:for|labels):/.exec(rule) ?? [];
      // Prometheus itself has the metric `up`.
      expect(expr).toMatch(/\b(gateway|nodejs|process)_\w+|\bup\{/);
      const [, file, anchor] = /runbook_url: (\S+)#(\S+)\n/.exec(rule) ?? [];
      expect(file).toBe('docs/operations.md');
      expect(paragraphs).toContain(anchor);
    },
  );

  test.each([
    'up{',
    'gateway_ready',
    'gateway_mutation_items_total',
    'AUDIT_UNAVAILABLE',
    'TOO_MANY_ATTEMPTS',
  ])('of the kinds that an operator needs is there: %s', (text) => expect(alerts).toContain(text));
});

test('the dashboard shows every metric, except the listed ones', () => {
  expect(known.filter((name) => !shown.includes(name) && !WITHOUT_PANEL.includes(name))).toEqual([]);
  expect(shown.filter((name) => WITHOUT_PANEL.includes(name))).toEqual([]);
});

test('docs/observing.md lists exactly the metrics of the gateway', () => {
  const listed = [...guide.matchAll(/^\| `(gateway_\w+)` \|/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual(known.filter((name) => name.startsWith('gateway_')).toSorted());
});

test('panels have unique ids and do not overlap', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

test('every panel uses the data source selected in the dashboard', () => {
  expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', query: 'prometheus' });
  for (const panel of panels.filter(({ type }) => type !== 'row')) {
    expect(panel).toMatchObject({ datasource: { type: 'prometheus', uid: '$' + '{datasource}' } });
    expect(panel.targets?.length).toBeGreaterThan(0);
  }
});

test('every expression filters by the instances selected in the dashboard', () => {
  for (const { expr } of panels.flatMap(({ targets = [] }) => targets)) {
    const selected = expr.match(/\b(gateway|nodejs|process)_\w+/g)?.length;
    expect(expr.match(/\{instance=~"\$instance"/g)?.length, expr).toBe(selected);
  }
});
