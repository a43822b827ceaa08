-- A copied database must not act on the real shop.
UPDATE shopify_shop
   SET state = 'paused',
       base_url = NULL,
       access_token = NULL,
       client_id = NULL,
       client_secret = NULL,
       previous_client_secret = NULL,
       granted_token = NULL,
       granted_token_until = NULL,
       webhook_token = NULL;
