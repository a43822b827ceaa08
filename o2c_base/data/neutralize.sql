-- A copied database must not act on services: nothing that waits may be sent.
UPDATE queue_job
   SET state = 'cancelled'
 WHERE channel LIKE 'root.o2c%'
   AND state NOT IN ('done', 'failed', 'cancelled');
