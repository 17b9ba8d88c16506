// Old JavaScript syntax on purpose: it has to run on an old Node to report that it is too old.
const required = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < required) {
  console.error(
    `Node ${required} or later is required, this is ${process.versions.node}: ` +
      "run `npm ci`, which installs it (allow install scripts for the package 'node'), and start with npm.",
  );
  process.exit(1);
}
