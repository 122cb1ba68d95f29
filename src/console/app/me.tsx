import { createContext, type ReactNode, useContext } from 'react'
import type { Permission, Role } from '../../kernel/role.ts'
import type { ApiError } from '../api/api-error.ts'
import { isOffered, type OperationId } from '../api/call.ts'
import { useRead } from '../api/queries.ts'

/** Who is in front of the console. */
export interface Me {
  /** `user:id`. */
  readonly subject: string
  readonly name: string
  readonly roles: readonly Role[]
  readonly permissions: ReadonlySet<Permission>
}

interface Known {
  readonly me: Me | undefined
  readonly error: ApiError | null
}

const Context = createContext<Known>({ me: undefined, error: null })

/** Asks once who is signed in, for everything below. */
export function MeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const id = 'me.show' as OperationId
  const { data, error } = useRead(id, {} as never, { when: isOffered(id) })
  const me = data === undefined ? undefined : meOf(data)
  return <Context value={{ me, error }}>{children}</Context>
}

/** Undefined until the gateway has said it. */
export function useMe(): Me | undefined {
  return useContext(Context).me
}

/** Why the gateway did not say who is signed in. */
export function useMeError(): ApiError | null {
  return useContext(Context).error
}

/** Whether the person may do what needs a permission. False until the gateway has said it. */
export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.has(permission) ?? false
}

function meOf(data: unknown): Me {
  const { subject, name, roles, permissions } = data as {
    readonly subject: string
    readonly name?: string
    readonly roles: readonly Role[]
    readonly permissions: readonly Permission[]
  }
  return { subject, name: name ?? subject, roles, permissions: new Set(permissions) }
}
