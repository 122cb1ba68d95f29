import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { Permission, Role } from '../../kernel/role.ts'
import type { ApiError } from '../api/api-error.ts'
import { useRead } from '../api/queries.ts'

/** Who is in front of the console. */
export interface Me {
  /** `user:id`. */
  readonly subject: string
  readonly id: string
  readonly name: string
  readonly groups: readonly string[]
  readonly roles: readonly Role[]
  readonly permissions: ReadonlySet<Permission>
  /** How they proved who they are (RFC 8176); empty if unknown. */
  readonly methods: readonly string[]
  /** Of this browser. */
  readonly session?: string | undefined
}

interface Known {
  readonly me: Me | undefined
  readonly error: ApiError | null
}

const Context = createContext<Known>({ me: undefined, error: null })

/** Asks once who is signed in, for everything below. */
export function MeProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { data, error } = useRead('me.show', {})
  const me = useMemo(
    () =>
      data === undefined
        ? undefined
        : { ...data, subject: `${data.kind}:${data.id}`, permissions: new Set(data.permissions) },
    [data],
  )
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
