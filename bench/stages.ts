export async function stageCosts(): Promise<readonly { stage: string; micros: number }[]> {
  return []
}
