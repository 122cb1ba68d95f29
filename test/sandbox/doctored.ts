import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What to leave out of, or change in, a launch. */
export interface Doctoring {
  /** Options of bubblewrap that are left out, with how many values each has. */
  readonly drop?: Readonly<Record<string, number>>
  /** Options that become others. */
  readonly swap?: Readonly<Record<string, string>>
  /** Whether the limits that are set inside are left out. */
  readonly unlimited?: boolean
}

/**
 * Writes a bubblewrap that leaves walls out and is the machine's own otherwise, so that a test sees what
 * they hold back. In Perl, since every Debian has it. The product knows nothing of it.
 *
 * @returns its path.
 */
export function doctoredBwrap(folder: string, doctoring: Doctoring): string {
  const { drop = {}, swap = {}, unlimited = false } = doctoring
  const map = (entries: Readonly<Record<string, string | number>>): string =>
    Object.entries(entries)
      .map(([name, value]) => `'${name}' => '${value}'`)
      .join(', ')
  const path = join(folder, 'bwrap')
  const program = `#!/usr/bin/perl
use strict;
use POSIX ();
my %drop = (${map(drop)});
my %swap = (${map(swap)});
# Descriptors stay open for what is run.
$^F = 1000;
my $out;
if (@ARGV > 2 && $ARGV[0] eq '--args') {
  my (undef, $fd, @rest) = @ARGV;
  open(my $in, '<&=', $fd) or die;
  my @options = split /\\0/, do { local $/; <$in> };
  my @kept;
  while (@options) {
    my $option = shift @options;
    if (exists $drop{$option}) {
      my @values = splice @options, 0, $drop{$option};
      # A descriptor that nobody takes would reach the server.
      POSIX::close($values[0]) if $option eq '--seccomp';
      next;
    }
    push @kept, $swap{$option} // $option;
  }
  open($out, '+>', undef) or die;
  print $out map { "$_\\0" } @kept;
  $out->flush;
  seek $out, 0, 0;
  sysseek $out, 0, 0;
  if (${unlimited ? 1 : 0} && $rest[1] =~ m{/prlimit$}) { shift @rest; shift @rest while @rest && $rest[0] ne '--' }
  @ARGV = ('--args', fileno($out), @rest);
}
exec '/usr/bin/bwrap', @ARGV;
`
  writeFileSync(path, program, { mode: 0o755 })
  return path
}
