package io.millrace.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.event.CounterRandom;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

class DueQueueTest {

    private record Due(long atMs, long sequence) {}

    @Test
    void orderIsThatOfAPriorityQueue() {
        for (int seed = 0; seed < 200; seed++) {
            CounterRandom random = new CounterRandom().reset(seed, 5, 0);
            int jitter = 1 + random.nextInt(50);
            DueQueue queue = new DueQueue();
            PriorityQueue<Due> plain =
                    new PriorityQueue<>(Comparator.comparingLong(Due::atMs).thenComparingLong(Due::sequence));

            for (int k = 0; k < 500; k++) {
                if (random.nextInt(5) < 3) {
                    long dueMs = k + random.nextInt(jitter);
                    queue.add(dueMs, k, k);
                    plain.add(new Due(dueMs, k));
                } else if (!plain.isEmpty()) {
                    assertThat(new Due(queue.dueMs(), queue.sequence()))
                            .as("seed %d", seed)
                            .isEqualTo(plain.poll());
                    queue.remove();
                }
                assertThat(queue.isEmpty()).as("seed %d", seed).isEqualTo(plain.isEmpty());
            }
        }
    }
}
