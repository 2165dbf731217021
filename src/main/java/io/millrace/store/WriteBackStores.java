package io.millrace.store;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Builds the stores of a topology, all of bytes, all logged, none cached by Streams: what is hot is kept by its owner. */
public final class WriteBackStores {

    private WriteBackStores() {}

    /** A store that its processor writes back to; see {@link WriteBackStore}. */
    public static StoreBuilder<WriteBackStore> writeBack(String name, Map<String, String> changelogConfig) {
        return new Builder(name, changelogConfig);
    }

    /** A plain store of bytes. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> plain(String name, Map<String, String> changelogConfig) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(changelogConfig);
    }

    private static final class Builder implements StoreBuilder<WriteBackStore> {

        private final String name;
        private final Map<String, String> changelogConfig;

        Builder(String name, Map<String, String> changelogConfig) {
            this.name = name;
            this.changelogConfig = new HashMap<>(changelogConfig);
        }

        @Override
        public StoreBuilder<WriteBackStore> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<WriteBackStore> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<WriteBackStore> withLoggingEnabled(Map<String, String> config) {
            changelogConfig.clear();
            changelogConfig.putAll(config);
            return this;
        }

        @Override
        public StoreBuilder<WriteBackStore> withLoggingDisabled() {
            throw new IllegalArgumentException("store " + name + " must be logged: its rows exist nowhere else");
        }

        @Override
        public WriteBackStore build() {
            return new WriteBackStore(Stores.persistentKeyValueStore(name).get());
        }

        @Override
        public Map<String, String> logConfig() {
            return changelogConfig;
        }

        @Override
        public boolean loggingEnabled() {
            return true;
        }

        @Override
        public String name() {
            return name;
        }
    }
}
