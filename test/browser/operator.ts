import type { Directory } from '../../src/directory/directory.ts'
import type { SubjectId } from '../../src/kernel/subject.ts'
import { openOperator as openBeside } from '../support/operator.ts'

/** What someone types to sign in. */
export interface Login {
  readonly user: string
  readonly password: string
}

/** What an operator does, on the database of a gateway that runs. */
export interface Operator {
  readonly people: Directory['administration']['users']
  /** Makes someone with a password. */
  person(id: string): Promise<Login>
  /** Registers a client; the operator vouches for it. */
  registerClient(id: string, redirect: string): Promise<void>
  done(): Promise<void>
}

export async function openOperator(gateway: Parameters<typeof openBeside>[0]): Promise<Operator> {
  const { directory, setPassword, clients, close } = await openBeside(gateway)
  return {
    people: directory.users,
    async person(id) {
      const login = { user: id, password: `a long word of ${id} 7` }
      await directory.users.create({ id, name: `${id} Somebody` })
      await setPassword(id as SubjectId, login.password)
      return login
    },
    async registerClient(id, redirect) {
      await clients.register({ id, name: 'Console', method: 'none', redirects: [redirect] })
    },
    done: close,
  }
}
