import { ENGINES } from '../store/testing/fresh-store.ts'
import { countersContract } from './counters.contract.ts'

for (const engine of ENGINES) countersContract(engine)
