import { allow } from './owner.ts'
import { person } from './person.ts'

/** Stands in for the owner's browser: opens the address, allows, and goes where it is sent. */
const [issuer = '', address = ''] = process.argv.slice(2)
const back = await allow(person(issuer), address)
await fetch(back)
