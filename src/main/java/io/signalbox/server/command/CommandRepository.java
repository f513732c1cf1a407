package io.signalbox.server.command;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

interface CommandRepository extends JpaRepository<CommandRow, Long> {

    Optional<CommandRow> findByJobIdAndCommandId(long jobId, String commandId);

    List<CommandRow> findByJobIdOrderByOrdinal(long jobId);

    List<CommandRow> findByJobIdAndStateOrderByOrdinal(long jobId, CommandState state);

    long countByJobIdAndState(long jobId, CommandState state);

    /** Jobs that a trainer has been asked for and that are to end. */
    @NativeQuery("""
            select distinct c.job_id from command c join job j on j.id = c.job_id
            where c.state = 'PENDING' and c.type in ('stop', 'cancel') and j.state = 'STARTING'""")
    List<Long> endingBeforeBegun();
}
