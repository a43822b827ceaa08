-- A copied database must not read the real account nor believe its webhooks.
UPDATE mollie_account
   SET access_token = NULL,
       webhook_secret = NULL,
       webhook_token = NULL,
       base_url = NULL,
       state = 'draft';
