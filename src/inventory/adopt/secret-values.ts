import { inspect } from 'node:util'

/** Values of secrets, in memory alone: neither printing nor JSON shows them. */
export class SecretValues {
  readonly #values = new Map<string, string>()

  /** Keeps a value under the name of its secret. */
  set(name: string, value: string): void {
    this.#values.set(name, value)
  }

  /** The value of a secret; undefined for one that is not there. */
  get(name: string): string | undefined {
    return this.#values.get(name)
  }

  /** The name under which a value is kept already. */
  nameOf(value: string): string | undefined {
    for (const [name, kept] of this.#values) if (kept === value) return name
    return undefined
  }

  get size(): number {
    return this.#values.size
  }

  toJSON(): string {
    return `[${this.size} values]`
  }

  [inspect.custom](): string {
    return this.toJSON()
  }
}
