type Ids = readonly number[] | null;

/** Asks for the summaries of jobs: one subscription serves all who look at some. */
export class Summaries {
  private readonly send: (message: object) => void;
  private readonly watches = new Set<{ readonly ids: Ids }>();
  private asked = '';

  constructor(send: (message: object) => void) {
    this.send = send;
  }

  /**
   * Has them sent until the answer is called.
   *
   * @param ids of which jobs; null for all
   */
  watch(ids: Ids): () => void {
    const watch = { ids };
    this.watches.add(watch);
    this.ask();
    return () => {
      this.watches.delete(watch);
      this.ask();
    };
  }

  /** A new connection knows nothing of what was asked for. */
  askAgain(): void {
    this.asked = '';
    if (this.watches.size > 0) this.ask();
  }

  private ask(): void {
    const wanted = [...this.watches].map(({ ids }) => ids);
    const some = new Set(wanted.flatMap((ids) => ids ?? []));
    const message =
      wanted.length === 0
        ? { unsubscribe: 'jobs' }
        : { subscribe: 'jobs', ...(wanted.includes(null) ? {} : { job_ids: [...some] }) };
    const text = JSON.stringify(message);
    if (text === this.asked) return;
    this.asked = text;
    this.send(message);
  }
}
