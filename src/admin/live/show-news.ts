import type { ApprovalDesk } from '../../kernel/approval-desk.ts'
import { mayKnow } from '../approvals/concerns.ts'
import { showSummary, summaryView } from '../approvals/views.ts'
import type { ShowNews } from './live-streams.ts'

/** Shows news to those whose roles allow them, and of approvals to those whom they concern. */
export function showNews(desk: Pick<ApprovalDesk, 'mayAnswer'>): ShowNews {
  return (news, caller) => {
    const { permissions } = caller
    switch (news.kind) {
      case 'call':
      case 'server':
      case 'posture':
        return permissions.has('look') ? news.data : undefined
      case 'event':
        return permissions.has('identity.read') ? news.data : undefined
      case 'approval': {
        const { what, approval } = news.data
        return mayKnow(desk, approval, caller)
          ? { what, approval: summaryView.parse(showSummary(approval)) }
          : undefined
      }
    }
  }
}
