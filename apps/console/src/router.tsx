import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { BatchState, RecordState } from '@enrollkit/contract/runner';
import { ErrorPage, NotFoundPage } from './pages/errors.tsx';
import { Overview } from './pages/overview.tsx';
import { Shell } from './shell/shell.tsx';
import { batchStates, recordStates } from './parts/words.ts';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const overview = createRoute({ getParentRoute: () => root, path: '/', component: Overview });
const intakes = createRoute({
  getParentRoute: () => root,
  path: '/intakes',
  component: lazyRouteComponent(() => import('./pages/intakes.tsx'), 'IntakesPage'),
});

/** The parts of an intake's page. */
const views = ['batches', 'records', 'rejections', 'audit'] as const;

/** What the address of an intake's page may say beside its id. */
export interface IntakeSearch {
  readonly view?: (typeof views)[number];
  readonly batch?: BatchState;
  readonly record?: RecordState;
  readonly code?: string;
}

const intake = createRoute({
  getParentRoute: () => root,
  path: '/intakes/$intakeId',
  validateSearch: (search: Readonly<Record<string, unknown>>): IntakeSearch => {
    const view = views.find((one) => one === search['view']);
    const batch = keyOf(batchStates, search['batch']);
    const record = keyOf(recordStates, search['record']);
    const code = typeof search['code'] === 'string' ? search['code'] : undefined;
    return {
      ...(view && { view }),
      ...(batch && { batch }),
      ...(record && { record }),
      ...(code !== undefined && { code }),
    };
  },
  component: lazyRouteComponent(() => import('./pages/intake/intake.tsx'), 'IntakePage'),
});
const decisions = createRoute({
  getParentRoute: () => root,
  path: '/decisions',
  component: lazyRouteComponent(() => import('./pages/decisions/list.tsx'), 'DecisionsPage'),
});
const decision = createRoute({
  getParentRoute: () => root,
  path: '/decisions/$intakeId/$batchId',
  component: lazyRouteComponent(() => import('./pages/decisions/batch.tsx'), 'BatchPage'),
});
const cardholder = createRoute({
  getParentRoute: () => root,
  path: '/cardholder',
  component: lazyRouteComponent(() => import('./pages/cardholder.tsx'), 'CardholderPage'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  component: lazyRouteComponent(() => import('./pages/audit.tsx'), 'AuditPage'),
});
const plan = createRoute({
  getParentRoute: () => root,
  path: '/plan',
  component: lazyRouteComponent(() => import('./pages/plan/plan.tsx'), 'PlanPage'),
});
const contract = createRoute({
  getParentRoute: () => root,
  path: '/contract',
  component: lazyRouteComponent(() => import('./pages/contract.tsx'), 'ContractPage'),
});

/** The pages by their addresses. */
export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    intakes,
    intake,
    decisions,
    decision,
    cardholder,
    audit,
    plan,
    contract,
  ]),
  defaultErrorComponent: ErrorPage,
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function keyOf<Key extends string>(table: Readonly<Record<Key, unknown>>, value: unknown): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => key === value);
}
