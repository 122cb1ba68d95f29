/** Written by `scripts/build-console.ts`. */
declare module 'virtual:operation-lines' {
  /** Method and path of each operation of the administration, by its id. */
  export const LINES: Readonly<Record<string, readonly [method: string, path: string]>>
}
