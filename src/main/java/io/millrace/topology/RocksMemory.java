package io.millrace.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * One budget for all of RocksDB's off-heap memory: one block cache for every store, with index and filter blocks in it,
 * and memtables charged to it. Without it each store of each partition takes its own 50 MB and more.
 *
 * <p>The rest is for rows of users, which are written far more often than read: large memtables and late compactions write
 * a row fewer times, at the price of a few more files that a filter rules out at a read.
 */
public final class RocksMemory implements RocksDBConfigSetter {

    /** Key of the budget in the Streams properties, bytes. */
    public static final String BYTES = "millrace.rocksdb.bytes";

    private static final Object LOCK = new Object();
    private static @Nullable Cache cache;
    private static @Nullable WriteBufferManager buffers;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        long bytes = Long.parseLong(String.valueOf(configs.getOrDefault(BYTES, 256L << 20)));
        synchronized (LOCK) {
            if (cache == null) {
                cache = new LRUCache(bytes, -1, false, 0.1);
                buffers = new WriteBufferManager(bytes / 2, cache);
            }
        }
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        Cache before = cache;
        table.setBlockCache(before);
        table.setCacheIndexAndFilterBlocks(true);
        table.setPinTopLevelIndexAndFilter(true);
        table.setFilterPolicy(new BloomFilter(10));
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(buffers);
        options.setWriteBufferSize(Math.min(64L << 20, Math.max(1L << 20, bytes / 8)));
        options.setLevel0FileNumCompactionTrigger(8);
        options.setMaxWriteBufferNumber(3);
        // A row that is not in a memtable need not be searched for there.
        options.setMemtablePrefixBloomSizeRatio(0.1);
        options.setMemtableWholeKeyFiltering(true);
        // A store has one writer; it then finds the place of a row from that of the row before, see WriteBackStore.
        options.setAllowConcurrentMemtableWrite(false);
    }

    /** The cache and the buffers outlive any one store. */
    @Override
    public void close(String storeName, Options options) {}
}
