import type { Agent, Principals } from '../../kernel/accounts.ts'
import type { SubjectId } from '../../kernel/subject.ts'

/** An agent that may act at this moment: neither it nor who answers for it is disabled, or over. */
export async function activeAgent(
  principals: Pick<Principals, 'agent' | 'user'>,
  id: string,
  now: number,
): Promise<Agent | undefined> {
  const agent = await principals.agent(id as SubjectId)
  if (agent?.status !== 'active' || (agent.expires !== undefined && agent.expires <= now))
    return undefined
  const owner = await principals.user(agent.owner)
  return owner?.status === 'active' ? agent : undefined
}
