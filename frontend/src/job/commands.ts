import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listCheckpoints, listCommands, sendCommand } from '../api/calls';
import type { Command, CommandRequest } from '../api/command';
import { isRecord } from '../api/decode';
import { formatRate } from '../format/number';
import { formatPlace, words } from '../format/place';
import { useJobPart } from '../live/context';
import type { CommandOutcome } from '../live/job-store';

/** A command overtaken by what the job told of it since. */
export function settled(command: Command, told: CommandOutcome | undefined): Command {
  if (told === undefined || command.state !== 'pending') return command;
  return { ...command, state: told.state, applied_at: told, message: told.message };
}

/** Sends commands to a job; each stands in its list at once. */
export function useSendCommand(jobId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: CommandRequest) => sendCommand(jobId, request),
    onSuccess: (command) => {
      client.setQueryData<Command[]>(['commands', jobId], (before = []) => [
        ...before.filter(({ id }) => id !== command.id),
        command,
      ]);
    },
  });
}

/** The commands of a job, newest first. */
export function useCommands(jobId: number, ended = false): Command[] {
  const client = useQueryClient();
  const outcomes = useJobPart(jobId, (told) => told.commands);
  const { data } = useQuery({
    queryKey: ['commands', jobId],
    queryFn: ({ signal }) => listCommands(jobId, signal),
  });
  const commands = data ?? [];
  // Somebody else steers too; and what was before a command and after it stands only in the list.
  const news = [...outcomes.keys()]
    .filter((id) => (commands.find((command) => command.id === id)?.state ?? 'pending') === 'pending')
    .join();
  useEffect(() => {
    // What nobody applied expires with the job, without an event.
    if (news !== '' || ended) void client.invalidateQueries({ queryKey: ['commands', jobId] });
  }, [client, jobId, news, ended]);
  return commands
    .map((command) => settled(command, outcomes.get(command.id)))
    .sort((a, b) => Date.parse(b.requested_at) - Date.parse(a.requested_at));
}

/** The checkpoints of a job, the newest first; asked for anew at each that is saved or removed. */
export function useCheckpoints(jobId: number) {
  const client = useQueryClient();
  const changes = useJobPart(
    jobId,
    (told) => told.timeline.findLast(({ detail }) => CHECKPOINT_CHANGES.has(detail.type))?.seq ?? -1,
  );
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['checkpoints', jobId] });
  }, [client, jobId, changes]);
  return useQuery({
    queryKey: ['checkpoints', jobId],
    queryFn: ({ signal }) => listCheckpoints(jobId, signal),
    select: (checkpoints) => checkpoints.toSorted((a, b) => (b.step ?? 0) - (a.step ?? 0)),
  });
}

const CHECKPOINT_CHANGES: ReadonlySet<string> = new Set(['checkpoint_saved', 'checkpoint_removed']);

/** `set learning rate to 0.0005`. */
export function commandText(command: Pick<Command, 'type' | 'arguments'>): string {
  const { value, factor, until_epoch, at, epochs, name, callback } = command.arguments;
  const rate = typeof value === 'number' ? ` to ${formatRate(value)}` : '';
  const times = typeof factor === 'number' ? ` times ${formatRate(factor)}` : '';
  const until = typeof until_epoch === 'number' ? ` until epoch ${until_epoch}` : '';
  const when = command.type === 'stop' && at === 'epoch' ? ' after the epoch' : '';
  const many = typeof epochs === 'number' ? ` to ${epochs}` : '';
  const added = isRecord(callback) ? (callback['name'] ?? callback['type']) : name;
  const which = typeof added === 'string' ? ` ${added}` : '';
  return words(command.type) + rate + times + until + when + many + which;
}

/** `pending…`, or what became of it and where. */
export function commandFate(command: Command): string {
  switch (command.state) {
    case 'pending':
      return 'pending…';
    case 'applied': {
      const place = command.applied_at === null ? '' : formatPlace(command.applied_at);
      return place === '' ? 'applied' : `applied at ${place}`;
    }
    case 'rejected':
    case 'expired': {
      const why = command.message ?? '';
      if (why !== '') return `${command.state}: ${why}`;
      return command.state === 'expired' ? 'expired: the job ended before it was applied' : 'rejected';
    }
  }
}
