// The last position always arrives.
export default [
  {
    name: 'server: a cursor move beyond the rate is forgotten',
    rule: 'throttling keeps the trailing edge',
    file: 'src/Djust.Presence/Delivery/Room.Cursors.cs',
    find: '_shed[member] = later;',
    replace: '_ = later;',
    tests: ['HandleCursorMoveTests.A_client_that_moves_far_too_fast_is_taken_at_the_rate_and_its_last_position_arrives'],
  },
  {
    name: 'browser: a move within the tick of the one before is forgotten',
    rule: 'throttling keeps the trailing edge',
    file: 'src/djust-presence-js/src/cursors/move-sender.ts',
    find: `        this.#timer = undefined;
        this.#work();
      }, wait);`,
    replace: `        this.#timer = undefined;
      }, wait);`,
    tests: ['cursors/move-sender.test.ts: moves are sent once in a tick, and the last one always', "cursors/live-cursors.test.ts: the user's own pointer is told once in a tick, and the last position always"],
  },
]
