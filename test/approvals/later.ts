/** Preloaded into a gateway: on the signal `SIGUSR2`, 61 seconds have gone by. */
const SKIP = 61_000
const now = Date.now
let skipped = 0

Date.now = () => now() + skipped
process.on('SIGUSR2', () => {
  skipped += SKIP
  process.stderr.write(`later by ${skipped}\n`)
})
