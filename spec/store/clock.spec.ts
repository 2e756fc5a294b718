import assert from 'node:assert/strict';
import { Clock } from '../../lib/store/clock.js';

describe('[H71] store/clock', () => {
  let now = 0;
  let clock: Clock;
  beforeEach(() => {
    now = 10_500;
    clock = new Clock(() => new Date(now));
  });

  it('stands still until the time comes that it gave before', () => {
    assert.equal(clock.time(), 10_500);
    now = 3_000;
    assert.equal(clock.time(), 10_500);
    now = 10_600;
    assert.equal(clock.time(), 10_600);
  });

  it('goes past the first full second since what it promises that nothing comes from', () => {
    assert.equal(clock.settles(11_000), true);
    now = 10_700;
    assert.ok(clock.time() > 11_000);
    assert.equal(clock.settles(5_000), true, 'what is long past costs nothing');
    const time = clock.time();
    assert.equal(clock.settles(5_000), true);
    assert.equal(clock.time(), time);
  });

  it('promises nothing of times since a write was begun that is under way', () => {
    const end = clock.begin();
    now = 20_000;
    const later = clock.begin();
    assert.equal(clock.settles(10_499), true);
    assert.equal(clock.settles(11_000), false);
    end();
    assert.equal(clock.settles(11_000), true);
    assert.equal(clock.settles(20_000), false);
    later();
    assert.equal(clock.settles(20_000), true);
  });

  it('sets what follows a later time past its second, and what follows that no further', () => {
    assert.equal(clock.follow(10_400), 10_500);
    assert.equal(clock.follow(10_900), 10_900, 'clocks that are hardly apart are taken for the same');
    const set = clock.follow(99_500);
    assert.ok(set > 100_000 && set < 101_000);
    assert.equal(clock.follow(set), set);
    assert.equal(clock.time(), 10_500, 'one such time does not set all others');
    now = 100_001;
    assert.equal(clock.follow(set), clock.time());
    assert.ok(clock.time() > set, 'none of its own looks like one that was set');
  });
});
