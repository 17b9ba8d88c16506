/**
 * The same JSON value, which reports each field that is read of it.
 *
 * @param onRead called with the path of the field: `data[].authentication.force_password_reset`
 */
export function recordReads(value: unknown, onRead: (path: string) => void, path = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const field: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return field;
      if (Array.isArray(target)) return key === 'length' ? field : recordReads(field, onRead, `${path}[]`);
      const fieldPath = path === '' ? key : `${path}.${key}`;
      onRead(fieldPath);
      return recordReads(field, onRead, fieldPath);
    },
  });
}
