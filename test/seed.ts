import { configureGlobal } from 'fast-check'

// The same cases on every machine, so that a change is judged by what it changed. A search for new
// ones takes a seed of its own (CONTRIBUTING.md), and what it finds becomes an example of its test.
const SEED = 20_260_728

const asked = process.env['PROPERTY_SEED']
configureGlobal({ seed: asked === undefined ? SEED : Number(asked) })
