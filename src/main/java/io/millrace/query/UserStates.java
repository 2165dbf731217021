package io.millrace.query;

import java.util.Optional;

/** The users this instance owns. Asking never creates a row; any thread may ask. */
public interface UserStates {

    /**
     * The row of a user, or empty when nothing has been learned of them.
     *
     * @throws Unavailable when the store cannot be read now, as while it moves or is restored
     */
    Optional<UserState> find(String user);
}
