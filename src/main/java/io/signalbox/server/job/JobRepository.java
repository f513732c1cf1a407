package io.signalbox.server.job;

import io.signalbox.event.JobState;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;

/**
 * Job rows. What every start asks is SQL: to read the first query in Hibernate's own language takes longer than all of the
 * other work that the worker pool does then.
 */
public interface JobRepository extends JpaRepository<Job, Long> {

    Optional<Job> findByIdempotencyKey(String key);

    /** Jobs of a tag, the oldest first. */
    @NativeQuery("select j.* from job j join job_tag t on t.job_id = j.id where t.tag = :tag order by j.id")
    List<Job> findTagged(String tag);

    /** Jobs that a trainer worked on when the server was last seen. */
    @NativeQuery("select * from job where state in ('STARTING', 'RUNNING', 'PAUSED', 'STOPPING')")
    List<Job> withTrainer();

    @Query("""
            select count(j) from Job j where (j.dataset = :dataset or j.validationDataset = :dataset)
            and j.state not in :ended""")
    long countUsing(String dataset, Collection<JobState> ended);
}
