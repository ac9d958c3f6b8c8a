const MAX_AGE_MS = 10 * 60 * 1000;

type Running = { code: string | undefined; startedAt: number; result: Promise<unknown> };

/**
 * The token requests that are under way, by the handle of their login: a double click or a reload repeats the callback, and a
 * code can be used only once.
 */
export class SharedExchanges {
  private readonly exchanges = new Map<string, Running>();

  /**
   * Runs `exchange`, or joins the one that is running for this login until `end`. If that fails for another code, which may
   * be forged, or replaced by this one, `exchange` runs after all.
   */
  share<T>(handle: string, code: string | undefined, exchange: () => Promise<T>): Promise<T> {
    const running = this.exchanges.get(handle);
    if (running) {
      const result = running.result as Promise<T>;
      return running.code === code ? result : result.catch(exchange);
    }
    const startedAt = Date.now();
    this.dropOlderThan(startedAt - MAX_AGE_MS);
    const result = exchange();
    this.exchanges.set(handle, { code, startedAt, result });
    return result;
  }

  /** The result of the exchange that is running for a login. */
  running(handle: string): Promise<unknown> | undefined {
    return this.exchanges.get(handle)?.result;
  }

  /** Call when a callback of the login has ended. */
  end(handle: string): void {
    this.exchanges.delete(handle);
  }

  // A `verify` may never end. The oldest come first.
  private dropOlderThan(time: number): void {
    for (const [handle, { startedAt }] of this.exchanges) {
      if (startedAt > time) {
        return;
      }
      this.exchanges.delete(handle);
    }
  }
}
