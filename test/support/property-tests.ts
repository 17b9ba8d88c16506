import fc from 'fast-check';

// A fixed seed makes a check of one commit repeatable. `PROPERTY_SEED=random` searches further.
const { PROPERTY_SEED = '20261127' } = process.env;
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) });

export { fc };
