// Plain old JavaScript on purpose: it must run on whatever Node the machine has, to say so when that is too old.
const required = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < required) {
  console.error(
    `Node ${required} or later is needed, this is ${process.versions.node}: ` +
      "run `npm ci` (it brings its own Node; install scripts must be allowed for the package 'node') and start with npm.",
  );
  process.exit(1);
}
