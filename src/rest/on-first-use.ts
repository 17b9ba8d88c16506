/**
 * Makes a property. @param input the input of the object @param reset makes all properties anew when they are next used
 */
type Maker<I, V> = (input: I, reset: () => void) => V;

/** By property, the function that makes it. */
type Makers<I, T> = { readonly [K in keyof T]: Maker<I, T[K]> };

/**
 * Returns a factory of objects whose properties are made on first use, from the input of the factory. For objects of which
 * a request uses few properties. They cannot be spread.
 */
export function onFirstUse<I>() {
  return <T extends object>(makers: Makers<I, T>): ((input: I) => T) => {
    class Lazy {
      readonly #made = new Map<PropertyKey, unknown>();
      readonly #input: I;

      constructor(input: I) {
        this.#input = input;
      }

      static getterOf(key: PropertyKey, make: Maker<I, unknown>): (this: Lazy) => unknown {
        return function get(this: Lazy) {
          const made = this.#made;
          if (!made.has(key))
            made.set(
              key,
              make(this.#input, () => made.clear()),
            );
          return made.get(key);
        };
      }
    }
    for (const [key, make] of Object.entries<Maker<I, unknown>>(makers))
      Object.defineProperty(Lazy.prototype, key, { get: Lazy.getterOf(key, make) });
    return (input) => new Lazy(input) as T;
  };
}
