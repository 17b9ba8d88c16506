// Who may import whom: each room of src/ knows only the rooms below it.
// "value" rules let type-only imports through, "any" rules do not.
const rooms = 'executor|schema|resolvers|loaders|rest|governor|cost|access|server|sandbox';
const packages = (...names) => `node_modules/(${names.join('|')})/`;

const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to });
const anyOf = (path) => ({ path });
const valuesOf = (path) => ({ path, dependencyTypesNot: ['type-only'] });

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means that two files are one, or that one of them is two.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that does not resolve hides every rule behind it.',
      from: {},
      to: { couldNotResolve: true },
    },
    forbid(
      'errors-import-nothing',
      '^src/errors\\.ts$',
      anyOf('^src/'),
      'Everyone may throw, so errors know nobody.',
    ),
    forbid(
      'config-imports-nothing',
      '^src/config/',
      { path: '^src/', pathNot: '^src/config/' },
      'Configuration is parsed before anything else is loaded.',
    ),
    {
      name: 'cli-is-the-top',
      severity: 'error',
      comment: 'Only main.ts imports the commands, and nothing imports main.ts.',
      from: { path: '^src/', pathNot: '^src/(cli/|main\\.ts$)' },
      to: { path: '^src/(cli/|main\\.ts$)' },
    },
    forbid(
      'cli-is-below-main',
      '^src/cli/',
      anyOf('^src/main\\.ts$'),
      'Commands do not know how they are chosen.',
    ),
    forbid(
      'executor-knows-graphql-only',
      '^src/executor/',
      { path: '^src/', pathNot: '^src/executor/' },
      'The executor runs any schema. What this one needs comes through its resolvers.',
    ),
    forbid(
      'rest-is-below',
      '^src/rest/',
      anyOf(
        `^src/(schema|resolvers|loaders|access|server|sandbox|context|main)|${packages('graphql', 'graphql-yoga', '@pothos', 'dataloader')}`,
      ),
      'The REST client knows HTTP, paths and wire shapes.',
    ),
    forbid(
      'governor-is-below-rest',
      '^src/governor/',
      anyOf(
        `^src/(schema|rest|resolvers|loaders|cost|access|server|sandbox|context|main)|${packages('graphql', 'graphql-yoga', '@pothos', 'dataloader', 'undici')}`,
      ),
      'The governor decides when a call starts. It does not know what is called.',
    ),
    forbid(
      'access-is-below-the-server',
      '^src/access/',
      anyOf(
        `^src/(schema|resolvers|loaders|rest|cost|server|sandbox|context|main)|${packages('graphql', 'graphql-yoga', '@pothos', 'dataloader', 'undici')}`,
      ),
      'Who asks is found out without knowing what is asked.',
    ),
    forbid(
      'cost-is-below-the-schema',
      '^src/cost/',
      anyOf(
        `^src/(schema|server|sandbox|context|main)|${packages('graphql', 'graphql-yoga', '@pothos', 'dataloader', 'undici')}`,
      ),
      'A cost rule reads arguments and the constants of the code that makes the calls. It makes none.',
    ),
    forbid(
      'loaders-are-below',
      '^src/loaders/',
      anyOf(
        `^src/(schema|resolvers|access|server|sandbox|context|main)|${packages('graphql', 'graphql-yoga', '@pothos', 'undici')}`,
      ),
      'Loaders know batching, and the REST client that they batch for.',
    ),
    forbid(
      'resolvers-know-the-domain',
      '^src/resolvers/',
      anyOf(
        `^src/(schema|server|sandbox|main)|${packages('graphql', 'graphql-yoga', '@pothos', 'undici', 'dataloader')}`,
      ),
      'Resolvers run without GraphQL and without HTTP.',
    ),
    forbid(
      'resolvers-take-loaders-by-context',
      '^src/resolvers/',
      valuesOf('^src/loaders/'),
      'Loaders arrive by Context.',
    ),
    forbid(
      'schema-declares',
      '^src/schema/',
      { ...valuesOf('^src/(rest|loaders)/'), pathNot: '^src/rest/operations\\.ts$' },
      'The schema declares; resolvers work. Only the table of REST operations is read, for the descriptions.',
    ),
    forbid(
      'schema-is-below-the-server',
      '^src/schema/',
      anyOf('^src/(server|sandbox|main)'),
      'The schema knows no HTTP.',
    ),
    forbid(
      'context-is-below-the-schema',
      '^src/context\\.ts$',
      anyOf('^src/(schema|resolvers|server|sandbox|main)'),
      'Context is what resolvers are handed.',
    ),
    forbid(
      'redis-implements-interfaces',
      '^src/redis/',
      anyOf(
        `^src/(schema|resolvers|loaders|server|sandbox|context|config|main)|${packages('graphql', 'graphql-yoga', '@pothos', 'dataloader', 'undici')}`,
      ),
      'What is shared in Redis implements the interfaces of the rooms that use it.',
    ),
    {
      name: 'redis-is-behind-interfaces',
      severity: 'error',
      comment: 'Only where the gateway is put together is it known that something is shared in Redis.',
      from: { path: '^src/', pathNot: '^src/(redis|server|cli)/' },
      to: { path: `^src/redis/|${packages('@redis')}` },
    },
    forbid(
      'server-serves-any-store',
      '^src/server/',
      anyOf('^src/(sandbox|main)'),
      'The server does not know which store it serves.',
    ),
    {
      name: 'tracing-is-loaded-where-wanted',
      severity: 'error',
      comment: 'Who does not trace is not to load what traces.',
      from: { path: '^src/', pathNot: '^src/server/observability/(tracing|trace-export)\\.ts$' },
      to: {
        path: `^src/server/observability/(tracing|trace-export)\\.ts$|${packages('@opentelemetry')}`,
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    forbid(
      'sandbox-stands-apart',
      '^src/sandbox/',
      { path: '^src/', pathNot: '^src/sandbox/' },
      'An emulator that shares code with the client agrees with its mistakes.',
    ),
    {
      name: 'client-runs-anywhere',
      severity: 'error',
      comment:
        'Browsers load the client: no module of Node, no package. It shares only the types of the errors.',
      from: { path: '^src/client/' },
      to: { pathNot: '^src/(client/|errors\\.ts$)' },
    },
    forbid(
      'client-shares-types-only',
      '^src/client/',
      valuesOf('^src/errors\\.ts$'),
      'The classes of the gateway are not those of its clients.',
    ),
    forbid(
      'nothing-knows-the-client',
      '^src/(?!client/|cli/)',
      anyOf('^src/client/'),
      'The client speaks HTTP with the gateway. Commands that call a running one use it.',
    ),
    forbid(
      'nothing-knows-the-sandbox',
      `^src/(${rooms.replace('|sandbox', '')}|context|config|errors)`,
      anyOf('^src/sandbox/'),
      'Only the front door opens the sandbox.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
