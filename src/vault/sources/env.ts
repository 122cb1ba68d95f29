import { type SecretSource, unavailable } from './source.ts'

/** Variables of the gateway's own environment. */
export function envSource(env: Readonly<Record<string, string | undefined>>): SecretSource {
  return {
    async read({ name }) {
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (value !== undefined && value !== '') return value
      throw unavailable(
        `refers to nothing: set the environment variable \`${name}\` for the gateway`,
      )
    },
  }
}
