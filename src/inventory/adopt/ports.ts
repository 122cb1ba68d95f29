/** A file as it is on the disk. */
export interface FileState {
  readonly bytes: Uint8Array
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** How many names it has. */
  readonly links: number
}

/**
 * The file system, in the steps between which a machine may stop. Everything is synchronous, so that a
 * host has no more time than it must to write in between. Errors are those of the system.
 */
export interface FileSystem {
  /** Reads a plain file of at most `most` bytes; no link is followed. Undefined when there is none. */
  read(path: string, most: number): FileState | undefined
  /** Makes a new file with exactly this mode and owner, durably; fails when there is one. */
  create(path: string, file: Omit<FileState, 'links'>): void
  /** Puts a file in the place of another one, in one step. */
  rename(from: string, to: string): void
  remove(path: string): void
  /** Makes names in a folder durable. */
  syncFolder(path: string): void
  /** Makes a folder that only its owner can enter, unless it is there. */
  makeFolder(path: string): void
  /** Names in a folder, sorted; none where there is no folder. */
  list(path: string): readonly string[]
}

/** Where values of secrets go. */
export interface SecretStore {
  /** @throws when it was not stored; the message holds no value. */
  store(secret: {
    readonly name: string
    readonly value: string
    readonly servers: readonly string[]
    readonly purpose: string
  }): Promise<void>
  remove(name: string): Promise<void>
}

/** The gateway's own configuration. */
export interface GatewayServers {
  /** Adds all of them, or none. */
  add(
    servers: readonly {
      readonly name: string
      readonly settings: Readonly<Record<string, unknown>>
    }[],
  ): Promise<void>
  remove(names: readonly string[]): Promise<void>
}
