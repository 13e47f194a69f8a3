/** Of a client's share, what the items of its streams may take together: its single calls get through beside them. */
const STREAM_PART = 7 / 8;

/** What one client has in flight, over all its connections. */
interface ClientLoad {
  calls: number;
  items: number;
  /** Items that wait for room, the oldest first. */
  readonly parked: (() => void)[];
}

/**
 * Who may have how much in flight: all clients together, and each of them, so that one that floods the service takes nothing from the others.
 *
 * What finds no room is told so at once, but for the items of a stream whose client has its share: they wait, their streams read no further
 * meanwhile, and so the client is slowed down and not refused. They wait for nobody else's work. As many may wait as may be in flight: with
 * more streams than that a client is told, too, since each item that waits lies in memory.
 */
export class InFlight {
  readonly #most: number;
  readonly #mostPerClient: number;
  readonly #mostItems: number;
  readonly #clients = new Map<string, ClientLoad>();
  #all = 0;

  /** @param most of all clients together @param mostPerClient of each of them */
  constructor(most: number, mostPerClient: number) {
    this.#most = most;
    this.#mostPerClient = mostPerClient;
    this.#mostItems = Math.max(1, Math.floor(mostPerClient * STREAM_PART));
  }

  /** What all clients have in flight. */
  get all(): number {
    return this.#all;
  }

  /** Lets a call in, if there is room. Whoever was let in calls `leave`, once. */
  enter(client: string): boolean {
    const load = this.#loadOf(client);
    if (this.#all >= this.#most || load.calls + load.items >= this.#mostPerClient) {
      this.#forgetIdle(client, load);
      return false;
    }
    load.calls += 1;
    this.#all += 1;
    return true;
  }

  leave(client: string): void {
    const load = this.#loadOf(client);
    load.calls -= 1;
    this.#all -= 1;
    this.#letParkedIn(load);
    this.#forgetIdle(client, load);
  }

  /**
   * Has `begin` called with an item's turn: at once, or when enough of its client's work is done. Then it either was let in, and calls
   * `leaveItem`, once; or other clients have taken all the room there is, or too many of its client's wait.
   * @returns whether `begin` was called at once
   */
  enterItem(client: string, begin: (isIn: boolean) => void): boolean {
    const load = this.#loadOf(client);
    const turn = () => {
      const isIn = this.#all < this.#most;
      if (isIn) {
        load.items += 1;
        this.#all += 1;
      }
      begin(isIn);
    };
    const isFree = load.parked.length === 0 && this.#hasRoomForItem(load);
    const mayWait = load.parked.length < this.#mostPerClient;
    if (isFree) turn();
    else if (mayWait) load.parked.push(turn);
    else begin(false);
    this.#forgetIdle(client, load);
    return isFree || !mayWait;
  }

  leaveItem(client: string): void {
    const load = this.#loadOf(client);
    load.items -= 1;
    this.#all -= 1;
    this.#letParkedIn(load);
    this.#forgetIdle(client, load);
  }

  #hasRoomForItem({ calls, items }: ClientLoad): boolean {
    return items < this.#mostItems && calls + items < this.#mostPerClient;
  }

  #letParkedIn(load: ClientLoad): void {
    while (load.parked.length > 0 && this.#hasRoomForItem(load)) load.parked.shift()?.();
  }

  #loadOf(client: string): ClientLoad {
    const known = this.#clients.get(client);
    if (known !== undefined) return known;
    const load: ClientLoad = { calls: 0, items: 0, parked: [] };
    this.#clients.set(client, load);
    return load;
  }

  #forgetIdle(client: string, { calls, items, parked }: ClientLoad): void {
    if (calls + items === 0 && parked.length === 0) this.#clients.delete(client);
  }
}
