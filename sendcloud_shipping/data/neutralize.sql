-- A copied database must neither buy labels nor take in messages.
UPDATE sendcloud_account
   SET state = 'draft',
       base_url = NULL,
       public_key = NULL,
       secret_key = NULL,
       webhook_secret = NULL,
       webhook_token = NULL;
