/** A control or a risk of a published framework. Ids change between editions: an id alone says nothing. */
export interface FrameworkId {
  readonly framework: 'OWASP MCP Top 10' | 'OWASP Top 10 for Agentic Applications' | 'OWASP AISVS'
  readonly edition: '2025' | '2026' | '1.0'
  readonly id: string
}

/** Ids of the OWASP MCP Top 10, edition 2025 (beta). */
export function mcp(...ids: readonly string[]): readonly FrameworkId[] {
  return ids.map((id) => ({ framework: 'OWASP MCP Top 10', edition: '2025', id }))
}

/** Ids of the OWASP Top 10 for Agentic Applications, edition 2026. */
export function agentic(...ids: readonly string[]): readonly FrameworkId[] {
  return ids.map((id) => ({
    framework: 'OWASP Top 10 for Agentic Applications',
    edition: '2026',
    id,
  }))
}

/** Requirements of the OWASP AI Security Verification Standard 1.0. */
export function aisvs(...ids: readonly string[]): readonly FrameworkId[] {
  return ids.map((id) => ({ framework: 'OWASP AISVS', edition: '1.0', id }))
}

/** `OWASP AISVS 1.0 10.1.3`. */
export function frameworkText({ framework, edition, id }: FrameworkId): string {
  return `${framework} ${edition} ${id}`
}
