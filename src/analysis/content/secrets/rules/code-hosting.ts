import { crcBase62 } from '../checksums.ts'
import { type NamedRule, named, type TokenRule, token } from '../rule.ts'

const GITLAB = /[A-Za-z0-9_-]{20,50}(?:\.[0-9a-z]{2}[0-9a-z]{7})?/.source

function gitlab(id: string, title: string, prefix: string): TokenRule {
  return token(id, title, prefix, new RegExp(`${prefix}${GITLAB}`, 'y'))
}

/** Source code, builds, packages, quality of code. */
export const CODE_TOKENS: readonly TokenRule[] = [
  token('github-pat', 'GitHub personal access token', 'ghp_', /ghp_[A-Za-z0-9]{36}/y, {
    valid: crcBase62,
  }),
  token('github-oauth', 'GitHub OAuth token', 'gho_', /gho_[A-Za-z0-9]{36}/y, { valid: crcBase62 }),
  token('github-app-token', 'GitHub app token', ['ghu_', 'ghs_'], /gh[us]_[A-Za-z0-9]{36}/y, {
    valid: crcBase62,
  }),
  token(
    'github-app-token',
    'GitHub app token',
    'ghs_',
    /ghs_[0-9]{1,20}_eyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20,1000}/y,
  ),
  token('github-refresh-token', 'GitHub refresh token', 'ghr_', /ghr_[A-Za-z0-9]{36,76}/y, {
    valid: crcBase62,
  }),
  token(
    'github-fine-grained-pat',
    'GitHub fine-grained token',
    'github_pat_',
    /github_pat_[A-Za-z0-9_]{82}/y,
  ),
  gitlab('gitlab-pat', 'GitLab personal access token', 'glpat-'),
  gitlab('gitlab-deploy-token', 'GitLab deploy token', 'gldt-'),
  gitlab('gitlab-feature-flag-client-token', 'GitLab feature flag token', 'glffct-'),
  gitlab('gitlab-feed-token', 'GitLab feed token', 'glft-'),
  gitlab('gitlab-incoming-mail-token', 'GitLab mail token', 'glimt-'),
  gitlab('gitlab-kubernetes-agent-token', 'GitLab agent token', 'glagent-'),
  token(
    'gitlab-oauth-app-secret',
    'GitLab application secret',
    'gloas-',
    /gloas-[A-Za-z0-9_-]{64}/y,
  ),
  token('gitlab-ptt', 'GitLab trigger token', 'glptt-', /glptt-[A-Za-z0-9_-]{40}/y),
  token(
    'gitlab-rrt',
    'GitLab runner registration token',
    'GR1348941',
    /GR1348941[A-Za-z0-9_-]{20}/y,
  ),
  token(
    'gitlab-runner-authentication-token',
    'GitLab runner token',
    ['glrt-', 'glrtr-'],
    /glrtr?-(?:t[0-9]_)?[A-Za-z0-9_-]{20,50}(?:\.[0-9a-z]{9})?/y,
  ),
  token('gitlab-scim-token', 'GitLab SCIM token', 'glsoat-', /glsoat-[A-Za-z0-9_-]{20}/y),
  token(
    'gitlab-cicd-job-token',
    'GitLab job token',
    'glcbt-',
    /glcbt-(?:[0-9a-zA-Z]{1,5}_)?[A-Za-z0-9_-]{20,64}/y,
  ),
  token('gitlab-workspace-token', 'GitLab workspace token', 'glwt-', /glwt-[A-Za-z0-9_-]{20,64}/y),
  token(
    'gitlab-session-cookie',
    'GitLab session',
    '_gitlab_session=',
    /_gitlab_session=([0-9a-z]{32})/y,
  ),
  token('bitbucket-app-password', 'Bitbucket app password', 'ATBB', /ATBB[A-Za-z0-9_=.-]{24,48}/y, {
    entropy: 3.5,
  }),
  token(
    'bitbucket-access-token',
    'Bitbucket access token',
    'ATCTT3',
    /ATCTT3[A-Za-z0-9_=.-]{80,300}/y,
  ),
  token('npm-access-token', 'npm access token', 'npm_', /npm_[A-Za-z0-9]{36}/y, {
    valid: crcBase62,
  }),
  token(
    'pypi-upload-token',
    'PyPI token',
    'pypi-AgE',
    /pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZ)[A-Za-z0-9_-]{50,1000}/y,
  ),
  token('rubygems-api-token', 'RubyGems key', 'rubygems_', /rubygems_[a-f0-9]{48}/y),
  token('clojars-api-token', 'Clojars token', 'CLOJARS_', /CLOJARS_[A-Za-z0-9]{60}/y),
  token('crates-io-api-token', 'crates.io token', 'cio', /cio[A-Za-z0-9]{32}/y, { entropy: 3.5 }),
  token('nuget-api-key', 'NuGet key', 'oy2', /oy2[a-z0-9]{43}/y, { entropy: 3 }),
  token('jsr-token', 'JSR token', ['jsrd_', 'jsrp_'], /jsr[dp]_[A-Za-z0-9]{40,80}/y),
  token('dockerhub-pat', 'Docker Hub token', 'dckr_', /dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,40}/y),
  token('artifactory-api-key', 'Artifactory key', 'AKCp', /AKCp[A-Za-z0-9]{69}/y),
  token(
    'artifactory-reference-token',
    'Artifactory reference token',
    'cmVmd',
    /cmVmd[A-Za-z0-9]{59}/y,
    { entropy: 3.5 },
  ),
  token(
    'circleci-token',
    'CircleCI token',
    ['CCIPAT_', 'CCIPRJ_'],
    /CCI(?:PAT|PRJ)_[A-Za-z0-9]{20,24}_[a-f0-9]{40}/y,
  ),
  token(
    'buildkite-token',
    'Buildkite token',
    ['bkua_', 'bkaj_', 'bkct_', 'bkpat_'],
    /bk(?:ua|aj|ct|pat)_[A-Za-z0-9]{32,64}/y,
  ),
  token(
    'harness-api-key',
    'Harness token',
    ['pat.', 'sat.'],
    /[ps]at\.[A-Za-z0-9_-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}/y,
  ),
  token('octopus-deploy-api-key', 'Octopus Deploy key', 'API-', /API-[A-Z0-9]{25,40}/y, {
    entropy: 3,
  }),
  token('travisci-access-token', 'Travis token', 'travis-', /travis-[A-Za-z0-9_-]{22,40}/y),
  token('sonar-api-token', 'Sonar token', ['squ_', 'sqp_', 'sqa_'], /sq[upa]_[a-f0-9]{40}/y),
  token(
    'sourcegraph-access-token',
    'Sourcegraph token',
    ['sgp_', 'slk_', 'sgd_', 'sgph_'],
    /(?:sgph?_(?:[a-fA-F0-9]{16}_|local_)?[a-fA-F0-9]{40}|slk_[a-f0-9]{64}|sgd_[a-f0-9]{64})/y,
  ),
  token(
    'snyk-api-token',
    'Snyk token',
    'snyk_',
    /snyk_(?:uat|sat)\.[a-f0-9]{8}\.[A-Za-z0-9_-]{80,1000}/y,
  ),
  token('semgrep-app-token', 'Semgrep token', 'sgp-', /sgp-[a-f0-9]{64}/y),
  token('gitguardian-token', 'GitGuardian token', 'ggpat', /ggpat[A-Za-z0-9]{40,80}/y),
  token('gitea-access-token', 'Gitea token', 'gta_', /gta_[A-Za-z0-9]{40}/y),
  token('codesandbox-token', 'CodeSandbox token', 'csb_', /csb_(?:v1_)?[A-Za-z0-9_-]{40,60}/y),
  token(
    'depot-token',
    'Depot token',
    ['depot_org_', 'depot_project_'],
    /depot_(?:org|project|user)_[a-f0-9]{64,160}/y,
  ),
  token('chromatic-token', 'Chromatic token', 'chpt_', /chpt_[a-f0-9]{12,32}/y),
]

export const CODE_NAMED: readonly NamedRule[] = [
  named('bitbucket-client-id', 'Bitbucket client id', ['bitbucket'], /^[A-Za-z0-9]{32}$/, 3),
  named(
    'bitbucket-client-secret',
    'Bitbucket client secret',
    ['bitbucket'],
    /^[A-Za-z0-9=_-]{64}$/,
    3.5,
  ),
  named(
    'codecov-access-token',
    'Codecov token',
    ['codecov'],
    /^[A-Za-z0-9]{32}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    3,
  ),
  named('droneci-access-token', 'Drone token', ['drone'], /^[A-Za-z0-9]{32}$/, 3),
  named('travisci-access-token', 'Travis token', ['travis'], /^[A-Za-z0-9]{22}$/, 3),
  named(
    'circleci-access-token',
    'CircleCI token',
    ['circleci', 'circletoken'],
    /^[a-f0-9]{40}$/,
    3,
  ),
  named('coveralls-repo-token', 'Coveralls token', ['coveralls'], /^[A-Za-z0-9]{32,37}$/, 3),
  named(
    'jfrog-identity-token',
    'JFrog identity token',
    ['jfrog', 'artifactory', 'bintray', 'xray'],
    /^[A-Za-z0-9]{64}$/,
    3.5,
  ),
  named(
    'jfrog-api-key',
    'JFrog key',
    ['jfrog', 'artifactory', 'bintray', 'xray'],
    /^[A-Za-z0-9]{73}$/,
    3.5,
  ),
  named(
    'snyk-api-token',
    'Snyk token',
    ['snyk'],
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    2.5,
  ),
  named('sonar-api-token', 'Sonar token', ['sonar'], /^(?:sq[upa]_)?[A-Za-z0-9]{40}$/, 3),
  named('sidekiq-secret', 'Sidekiq credential', ['contribsys'], /^[a-f0-9]{8}:[a-f0-9]{8}$/, 2),
  named('jenkins-api-token', 'Jenkins token', ['jenkins'], /^(?:11)?[a-f0-9]{32}$/, 3),
  named('gitea-access-token', 'Gitea token', ['gitea', 'forgejo', 'gogs'], /^[a-f0-9]{40}$/, 3),
  named('cargo-registry-token', 'crates.io token', ['cargoregistry'], /^[A-Za-z0-9]{32,40}$/, 3),
  named(
    'dockerhub-password',
    'Docker Hub token',
    ['dockerhub'],
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    3,
  ),
  named('intra42-client-secret', 'Intra42 secret', ['intra'], /^s-s4t2(?:ud|af)-[a-f0-9]{64}$/, 3),
  named(
    'npm-auth',
    'npm credential',
    ['npmauth', 'authtoken'],
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    3,
  ),
]
