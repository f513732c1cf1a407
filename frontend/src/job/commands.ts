import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listCommands, sendCommand } from '../api/calls';
import type { Command, CommandRequest } from '../api/command';
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
export function useCommands(jobId: number): Command[] {
  const client = useQueryClient();
  const outcomes = useJobPart(jobId, (told) => told.commands);
  const { data } = useQuery({
    queryKey: ['commands', jobId],
    queryFn: ({ signal }) => listCommands(jobId, signal),
  });
  const commands = data ?? [];
  const unknown = [...outcomes.keys()].filter((id) => !commands.some((command) => command.id === id)).join();
  useEffect(() => {
    // Somebody else steers too.
    if (unknown !== '') void client.invalidateQueries({ queryKey: ['commands', jobId] });
  }, [client, jobId, unknown]);
  return commands
    .map((command) => settled(command, outcomes.get(command.id)))
    .sort((a, b) => Date.parse(b.requested_at) - Date.parse(a.requested_at));
}

/** `set learning rate to 0.0005`. */
export function commandText(command: Pick<Command, 'type' | 'arguments'>): string {
  const { value, factor, at, epochs, name } = command.arguments;
  const rate = typeof value === 'number' ? ` to ${formatRate(value)}` : '';
  const times = typeof factor === 'number' ? ` times ${formatRate(factor)}` : '';
  const when = command.type === 'stop' && at === 'epoch' ? ' after the epoch' : '';
  const many = typeof epochs === 'number' ? ` to ${epochs}` : '';
  const which = typeof name === 'string' ? ` ${name}` : '';
  return words(command.type) + rate + times + when + many + which;
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
    case 'expired':
      return command.message === null || command.message === ''
        ? command.state
        : `${command.state}: ${command.message}`;
  }
}
