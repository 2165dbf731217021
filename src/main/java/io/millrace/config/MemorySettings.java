package io.millrace.config;

/**
 * What bounds memory beyond the item table and what changes within some commits.
 *
 * @param rocksdbBytes RocksDB off heap, over all stores; 16 MB to 64 GB
 * @param userRows user rows kept decoded, over all partitions of this instance; 1,000 to 100 million
 * @param itemRows copies of item rows that learners keep though they have nothing to add, over all partitions of this instance;
 *     1,000 to 100 million
 */
public record MemorySettings(long rocksdbBytes, int userRows, int itemRows) {

    public MemorySettings {
        Ranges check = new Ranges("memory");
        check.sizeIn(rocksdbBytes, "rocksdb", "16MB", "64GB");
        check.in(userRows, "user-rows", 1000, 100_000_000);
        check.in(itemRows, "item-rows", 1000, 100_000_000);
        check.done();
    }
}
