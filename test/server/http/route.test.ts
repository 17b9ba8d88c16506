import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../../src/server/http/route.ts';
import { fc } from '../../support/property-tests.ts';

describe('the route of a request target', () => {
  test.each([
    ['/graphql', '/graphql', ''],
    ['/graphql/', '/graphql', ''],
    ['//graphql', '/graphql', ''],
    ['/./x/../graphql?query=a', '/graphql', '?query=a'],
    ['/../health/live', '/health/live', ''],
    ['/health//ready', '/health/ready', ''],
    ['/', '/', ''],
    ['/?x=/graphql', '/', '?x=/graphql'],
    ['/metrics#fragment', '/metrics', ''],
  ])('%s is %s', (target, route, search) => {
    expect(parseTarget(target)).toEqual({ route, path: route, authority: null, search });
  });

  test.each([
    '/GraphQL',
    '/%67raphql',
    '/health/graphql',
    '/x/graphql',
    '/graphql%2f',
    '/%2e/graphql',
    '\\graphql',
    'graphql',
    '*',
    '',
    '/graphql\\',
    '/health/x?y=/graphql',
  ])('%s is none', (target) => {
    expect(parseTarget(target).route).toBeNull();
  });

  test('a file of GraphiQL has the route of all such files, and its own path', () => {
    const file = '/graphql/assets/a_B-9/page.js';
    expect(parseTarget(`/x/..${file}?a`)).toEqual({
      route: '/graphql/assets/',
      path: file,
      authority: null,
      search: '?a',
    });
    for (const other of [
      '/graphql/assets',
      '/graphql/assets/page.js',
      `${file}/x`,
      '/graphql/assets/a/..%2fb.js',
    ])
      expect(parseTarget(other).route).toBeNull();
  });

  test('an absolute target has the route of its path, and an authority', () => {
    expect(parseTarget('http://host.example:4000/graphql/?a=b')).toEqual({
      route: '/graphql',
      path: '/graphql',
      authority: 'host.example:4000',
      search: '?a=b',
    });
    expect(parseTarget('HTTPS://host.example')).toEqual({
      route: '/',
      path: '/',
      authority: 'host.example',
      search: '',
    });
    expect(parseTarget('ftp://host.example/graphql').route).toBeNull();
  });

  test('any target has at most one of the known routes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (target) => {
        const known = [
          '/',
          '/graphql',
          '/health/live',
          '/health/ready',
          '/metrics',
          '/graphql/assets/',
          null,
        ];
        expect(known).toContain(parseTarget(target).route);
      }),
    );
  });
});
