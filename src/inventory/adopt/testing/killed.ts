import { applyPlan } from '../apply.ts'
import { nodeFiles } from '../node-files.ts'
import { planAdoption } from '../plan.ts'
import { stopping } from './faults.ts'
import { openHome } from './home.ts'
import { keepers } from './kept.ts'

/** Adopts in the home that is named, and kills this process at a step. */
const [folder = '', at = ''] = process.argv.slice(2)
const files = stopping(nodeFiles(), Number(at), () => {
  process.kill(process.pid, 'SIGKILL')
  // the signal may take a moment: nothing may happen in it
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
const home = openHome(folder)
const { plan, values } = planAdoption(home.configs, home.parts)
await applyPlan(plan, values, { files, journal: home.journal(files), ...keepers() })
