#!/usr/bin/env node
// Nothing is imported before the version is known: an older Node could not even parse some of it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 15)) {
  const { enableCompileCache } = await import('node:module')
  enableCompileCache()
  const { closeInheritedDescriptors } = await import('../sandbox/limits/inherited.ts')
  // Before anything else is opened: whoever started us may have left files open, and children would get them.
  closeInheritedDescriptors()
  const { runProcess } = await import('./run.ts')
  process.exitCode = await runProcess(process.argv.slice(2))
} else {
  process.stderr.write(
    `error: bailiwick needs Node 24.15 or later, and this is ${process.versions.node}\n` +
      '  fix: install a newer Node (https://nodejs.org), or use `npm start` in a checkout\n',
  )
  process.exitCode = 10
}

export {}
