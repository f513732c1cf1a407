import { formatBytes, formatCount, formatRate } from '../format/number';
import { words } from '../format/place';
import { formatDuration } from '../format/time';
import type { TimelineDetail } from '../live/job-store';

export type Tone = 'plain' | 'command' | 'callback' | 'checkpoint' | 'rate' | 'restored' | 'bad';

export interface Description {
  tone: Tone;
  sign: string;
  title: string;
  detail: string;
}

/** An event in words. */
export function describe(detail: TimelineDetail): Description {
  switch (detail.type) {
    case 'state_changed': {
      const why = new Set([detail.outcome === null ? '' : words(detail.outcome), detail.reason ?? '']);
      return {
        tone: detail.to === 'failed' ? 'bad' : 'plain',
        sign: '●',
        title: detail.to,
        detail: [...why].filter((part) => part !== '').join(': '),
      };
    }
    case 'train_begin':
      return {
        tone: 'plain',
        sign: '▶',
        title:
          detail.resumed_from === null ? 'training began' : `training goes on from ${detail.resumed_from}`,
        detail: `${formatCount(detail.epochs)} epochs of ${formatCount(detail.steps_per_epoch)} steps`,
      };
    case 'train_end':
      return {
        tone: 'plain',
        sign: '■',
        title: 'training ended',
        detail: `${formatCount(detail.epochs_run)} epochs; ${formatDuration(detail.seconds)} in this attempt`,
      };
    case 'learning_rate_changed':
      return {
        tone: 'rate',
        sign: '↘',
        title: `learning rate ${formatRate(detail.from)} → ${formatRate(detail.to)}`,
        detail: `by ${words(detail.by)}`,
      };
    case 'learning_rate_tested':
      return {
        tone: 'rate',
        sign: '⌁',
        title: `${formatCount(detail.rates.length)} learning rates tried`,
        detail:
          detail.suggestion === null
            ? 'the loss fell at none of them'
            : `the loss fell most steeply at ${formatRate(detail.suggestion)}: ${detail.applied ? 'training begins with it' : 'a suggestion'}`,
      };
    case 'callback':
      return {
        tone: detail.level === 'info' ? 'callback' : 'bad',
        sign: '◆',
        title: words(detail.name),
        detail: detail.message,
      };
    case 'alert':
      return {
        tone: 'bad',
        sign: '!',
        title: `alert: ${words(detail.kind)}`,
        detail: `${detail.message} (${words(detail.by)})`,
      };
    case 'checkpoint_saved':
      return {
        tone: 'checkpoint',
        sign: '▲',
        title: `checkpoint ${detail.name}`,
        detail: [detail.kind, formatBytes(detail.bytes), ...detail.tags, `by ${words(detail.by)}`].join(
          ' · ',
        ),
      };
    case 'checkpoint_removed':
      return { tone: 'plain', sign: '△', title: `checkpoint ${detail.name} removed`, detail: '' };
    case 'restored':
      return {
        tone: 'restored',
        sign: '↺',
        title: `restored ${detail.what}`,
        detail: [
          detail.from_epoch === null ? '' : `of epoch ${detail.from_epoch}`,
          `by ${words(detail.by)}`,
        ].join(' '),
      };
    case 'weights_loaded':
      return {
        tone: 'restored',
        sign: '↺',
        title: `began with ${detail.from}`,
        detail:
          detail.not_taken.length === 0
            ? `all ${detail.taken.length} tensors taken`
            : `${detail.taken.length} tensors taken, not: ${detail.not_taken.slice(0, 5).join('; ')}${detail.not_taken.length > 5 ? ' …' : ''}`,
      };
    case 'command_applied':
      return {
        tone: 'command',
        sign: '◆',
        title: `${words(detail.command)} applied`,
        detail: detail.message,
      };
    case 'command_rejected':
      return { tone: 'bad', sign: '◇', title: `${words(detail.command)} rejected`, detail: detail.message };
    case 'log':
      return {
        tone: detail.level === 'info' ? 'plain' : 'bad',
        sign: '·',
        title: detail.level,
        detail: detail.message,
      };
  }
}
