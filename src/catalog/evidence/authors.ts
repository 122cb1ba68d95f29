import { words } from './words.ts'

/** Words of what anybody may have written. One of them is enough, whatever stands beside it. */
export const ANYBODY: ReadonlySet<string> = new Set(
  [
    // The web, and what is fetched from it.
    `web webpage webpages website websites site sites internet http https url urls uri uris link links html
     browse browser crawl scrape fetch download downloads downloaded curl rss feed feeds atom sitemap serp`,
    // What is published, by people or by machines that they feed.
    `news article articles blog blogs wiki publication publications paper papers book books podcast podcasts
     video videos lyrics recipe recipes advert adverts ad ads`,
    // Mail and messages that reach whoever has an address or a number.
    `email emails mail mails mailbox mailboxes newsletter newsletters spam sms mms voicemail voicemails fax
     faxes whatsapp`,
    // Forges and trackers that strangers write to, and code that they send.
    `issue issues bug bugs pr prs pull merge commit commits diff patch fork forks gist gists repo repos
     repository repositories readme branch release releases changelog discussion discussions contribution
     contributions`,
    // Opinions, and what is posted in public.
    `comment comments review reviews rating ratings feedback testimonial testimonials survey surveys
     response responses answer answers question questions post posts tweet tweets timeline mention mentions
     forum forums subreddit story stories caption captions hashtag hashtags trend trends`,
    // What customers and other outsiders send in.
    `ticket tickets case cases complaint complaints lead leads applicant applicants candidate candidates
     resume resumes form forms submission submissions inquiry inquiries request requests order orders
     transaction transactions payment payments transfer transfers invoice invoices bill bills receipt
     receipts listing listings offer offers product products seller sellers merchant merchants`,
    'customer customers visitor visitors guest guests public external helpdesk support',
    // Documents: who wrote them is not said by where they lie.
    `document documents doc docs pdf pdfs attachment attachments content contents text texts transcript
     transcripts recording recordings note notes page pages slide slides presentation presentations
     spreadsheet sheet sheets cell cells image images photo photos screenshot screenshots ocr clipboard
     archive snippet snippets`,
    // Texts that machines repeat after whoever talked to them.
    'log logs trace traces stacktrace crash crashes dump dumps payload payloads query sql',
  ].flatMap((text) => [...words(text)]),
)

/** Words of places where only people of the organisation write, or its own systems do. */
export const MEMBERS: ReadonlySet<string> = new Set(
  [
    // Rooms of a workspace: whoever writes there was let in.
    'channel channels chatroom chatrooms workspace workspaces dm dms chat chats',
    // Calendars, and what is planned.
    `calendar calendars appointment appointments meeting meetings agenda freebusy shift shifts timesheet
     timesheets`,
    // Books of people.
    `contact contacts people employee employees colleague colleagues coworker coworkers staff member members
     team teams roster orgchart department departments attendee attendees participant participants`,
    // What is to be done, as the organisation wrote it down.
    'task tasks subtask subtasks todo todos sprint sprints milestone milestones backlog roadmap kanban',
    // Houses, machines and clusters that the organisation runs.
    `device devices sensor sensors thermostat thermostats light lights lamp lamps thermometer fleet
     instance instances vm vms cluster clusters pod pods namespace namespaces deployment deployments
     container containers volume volumes quota quotas uptime metric metrics`,
    // Pay and leave.
    'payroll payslip payslips salary salaries vacation vacations pto',
    // Safes: what is in them was put there to be kept from strangers.
    'vault secret secrets credential credentials password passwords ssh gpg apikey apikeys',
  ].flatMap((text) => [...words(text)]),
)

/** Words of what belongs to an account: the caller's own, unless an argument says whose. */
export const ACCOUNT: ReadonlySet<string> = words(
  'account accounts balance balances iban profile user users settings preferences wallet',
)
/** What may be asked of oneself. */
export const ABOUT: ReadonlySet<string> = words('info information details identity address status')

/** Words by which a tool says that it speaks of its caller. */
export const OWN: ReadonlySet<string> = words(
  'my me own self current currently logged authenticated whoami',
)

/** Words of arguments by which somebody else's account is meant. */
export const WHOSE: ReadonlySet<string> = words(`
  user users username usernames login email emails handle name names query q search keyword term filter
  prefix account who person owner id ids uid
`)

/** What a clock says. */
export const TIMES: ReadonlySet<string> = words(
  'time date day today now clock timezone timezones weekday timestamp datetime',
)
/** A tool that only tells the time has no other words than these and those. */
export const BESIDE_TIMES: ReadonlySet<string> = words(
  'get what is the current local utc unix iso zone week month year in convert',
)

/** A listing says what there is, not what is in it. */
export const LISTING: ReadonlySet<string> = words('list ls tree listing')
export const FOLDERS: ReadonlySet<string> = words(
  'file files filename filenames directory directories dir dirs folder folders drive drives',
)

/** Arguments by which a tool is told where in a workspace to look. */
export const ROOMS: ReadonlySet<string> = words('channel channels room rooms workspace dm team')
/** What stands in such places. */
export const SAID_THERE: ReadonlySet<string> = words(
  'message messages thread threads reply replies history pins pinned reactions',
)

/** Arguments that lead out of the organisation: an address on the web, a repository, a number. */
export const LEADING_OUT: ReadonlySet<string> = words(`
  url urls uri uris href website webpage repo repository pull issue phone jid subreddit prompt
`)

/** Words behind these say how something is looked for, not what comes back. */
export const BY: ReadonlySet<string> = words('by using via with')
